import { mount } from '../shared/mount';
import { App } from './App';
import './compare.css';

mount(<App />);
