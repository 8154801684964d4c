import { openHost } from '../../support/hosts.ts';
import { rhythm, temporaryFolder } from '../../support/program.ts';
import { pagesOf } from './pages.ts';

/** The program on a workspace of its own, with the simulated record in it, classified. */
export async function openDemo() {
  const folder = await temporaryFolder();
  await rhythm(['demo', '--workspace', folder.path]);
  const host = await openHost(folder.path);
  const pages = pagesOf(host.page);
  await pages.shell.ready();
  await pages.library.labelled('simulated-demo');
  return {
    ...{ page: host.page, pages },
    close: async () => {
      await host.close();
      await folder.remove();
    },
  };
}
