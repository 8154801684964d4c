import { contextBridge, webUtils } from 'electron';

/** The one thing a page cannot know by itself: where a dropped file lies on this machine. */
contextBridge.exposeInMainWorld('rhythmHost', { pathOfFile: (file: File) => webUtils.getPathForFile(file) });
