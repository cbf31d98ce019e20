import { render } from 'preact';
import { z } from 'zod';
import './design/tokens.css';
import './design/base.css';
import './design/shell.css';
import './design/view.css';
import { App } from './shell/App';
import { showTheme } from './shell/preferences';

// The page may not compile text to code: schemas are walked instead.
z.config({ jitless: true });
showTheme();
render(<App />, document.querySelector('#app')!);
