import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import './lib/language.svelte';
import { composeOnce } from './lib/once-composed';

composeOnce(document);
const target = document.getElementById('app');
if (target) mount(App, { target });
