import { join } from 'node:path';
import { app, BrowserWindow, Menu, type MenuItemConstructorOptions, protocol, session, shell } from 'electron';
import { appRoot, defaultWorkspace } from '../program/app-root.ts';
import { openProgram } from '../program/program.ts';

/** The page's address; a standard, secure scheme of our own, so that the same relative URLs work as in a browser. */
const scheme = 'rhythm';
const home = `${scheme}://workstation/`;

protocol.registerSchemesAsPrivileged([
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
]);

if (app.requestSingleInstanceLock()) void start();
else app.quit();

async function start(): Promise<void> {
  await app.whenReady();
  const program = await openProgram({
    workspaceFolder: process.env.RHYTHM_WORKSPACE ?? defaultWorkspace(),
    host: 'electron',
  });
  protocol.handle(scheme, program.respond);
  // Patient data never leaves the machine: whatever is not the program itself is not asked for.
  session.defaultSession.webRequest.onBeforeRequest((details, answer) =>
    answer({ cancel: !/^(rhythm|devtools|blob|data):/.test(details.url) }),
  );
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  Menu.setApplicationMenu(Menu.buildFromTemplate(menu()));

  const window = new BrowserWindow({
    width: 1600,
    height: 1000,
    minWidth: 1024,
    minHeight: 700,
    backgroundColor: '#EEF0F2',
    title: 'RhythmAttention',
    webPreferences: {
      preload: join(appRoot, 'out', 'preload', 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      spellcheck: false,
    },
  });
  window.webContents.on('will-navigate', (event) => {
    if (!event.url.startsWith(home)) event.preventDefault();
  });
  // A report opens in the reader's own PDF program, nothing else opens at all.
  window.webContents.setWindowOpenHandler(({ url }) => {
    const path = program.reportPathOfUrl(url);
    if (path) void shell.openPath(path);
    return { action: 'deny' };
  });
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (program.isClosed) return;
    event.preventDefault();
    void program.close().then(() => app.quit());
  });
  await window.loadURL(home);
}

/** The roles that people expect of any window; the program's own commands are on its screens and behind Ctrl K. */
function menu(): MenuItemConstructorOptions[] {
  const appMenu: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  return [
    ...appMenu,
    { role: 'fileMenu' },
    {
      label: 'Edit',
      submenu: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }],
    },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn', accelerator: 'CmdOrCtrl+Shift+=' },
        { role: 'zoomOut', accelerator: 'CmdOrCtrl+Shift+-' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ];
}
