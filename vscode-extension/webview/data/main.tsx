import { mount } from '../shared/mount';
import { App } from './App';
import './data.css';

mount(<App />);
