import { mount } from 'svelte';
import '../../../src-renderer/ui/tokens.css';
import Controls from './Controls.svelte';
import PaperPage from './PaperPage.svelte';

const pages = { controls: Controls, paper: PaperPage } as const;
const asked = new URLSearchParams(location.search);
const theme = asked.get('theme');
if (theme) document.documentElement.dataset.theme = theme;
mount(pages[(asked.get('page') ?? 'controls') as keyof typeof pages], { target: document.body });
