import { mount } from '../shared/mount';
import { App } from './App';
import './plan.css';

mount(<App />);
