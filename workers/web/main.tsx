import './walkedSchemas';
import { render } from 'preact';
import './design/tokens.css';
import './design/base.css';
import './design/shell.css';
import './design/view.css';
import './design/parts.css';
import './design/alerts.css';
import { App } from './shell/App';
import { showTheme } from './shell/preferences';

showTheme();
render(<App />, document.querySelector('#app')!);
