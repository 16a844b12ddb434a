import '@xyflow/react/dist/base.css';
import { mount } from '../shared/mount';
import { App } from './App';
import './lineage.css';

mount(<App />);
