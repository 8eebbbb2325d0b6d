export { anchors, codeSpans, linksWithin, readPages, type Page } from './pages.ts';
export { shellBlocks, type HowRun, type ShellBlock } from './shell-block.ts';
