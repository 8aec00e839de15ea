import { join } from 'node:path'

/**
 * What goes into the application beside its packages: the bundles, resources, and what the engine page's repair runs.
 * The node-* packages are the Node that `npm start` runs on; Electron brings its own.
 */
const files = [
  'package.json',
  'out/{main,preload,renderer}/**',
  'resources/**',
  'scripts/engine-setup/**',
  '!scripts/engine-setup/testing',
  '!**/*.{test.ts,map,d.ts,d.mts,d.cts}',
  '!node_modules/{node-*,node-bin-*,.bin}/**',
  'node_modules/node-api-headers/**',
  '!node_modules/better-sqlite3/{deps,src}/**',
  '!node_modules/@tensorflow/*/dist/*.{min.js,fesm.js,es2017.js,fesm.min.js,es2017.min.js}',
]

/** Read by programs that cannot look into the archive: the loader of native code, a compiler. */
const unpacked = [
  '**/*.{node,so,dll,dylib}',
  'node_modules/@img/**',
  'node_modules/node-api-headers/**',
  'node_modules/@tensorflow/tfjs-node-gpu/binding/**',
]

/**
 * File names of run bundles end so; a double click on one opens the application with it. The same as in
 * src/shared/exports/bundle.ts, which a script cannot import; a test compares them.
 */
export const BUNDLE_EXTENSION = 'hrmlab'

/**
 * The application as electron-builder makes it: an archive with native files beside it, the CPU engine in its resources.
 * @param {object} parts
 * @param {string} parts.output folder for what is made
 * @param {string} parts.buildResources folder with icon.png
 * @param {{folder: string, key: string}} parts.engine where the engine lies, and its name
 * @param {{folder: string, version: string}} parts.electron Electron's distribution
 * @returns {object} electron-builder's configuration, https://www.electron.build/configuration
 */
export function configuration({ output, buildResources, engine, electron }) {
  return {
    appId: 'hrm-lab',
    productName: 'HRM Lab',
    copyright: 'MIT License',
    directories: { output, buildResources },
    electronVersion: electron.version,
    electronDist: electron.folder,
    // Native packages bring what they need for each platform; nothing is compiled.
    npmRebuild: false,
    files,
    asar: true,
    asarUnpack: unpacked,
    extraResources: [{ from: engine.folder, to: join('engines', 'engine', engine.key) }],
    fileAssociations: [
      {
        ext: BUNDLE_EXTENSION,
        name: 'Run of HRM Lab',
        description: 'Run of HRM Lab',
        mimeType: 'application/x-hrm-lab-run',
        role: 'Viewer',
      },
    ],
    artifactName: 'hrm-lab-${version}-${os}-${arch}.${ext}',
    linux: {
      target: ['AppImage', 'deb'],
      executableName: 'hrm-lab',
      category: 'Science',
      synopsis: 'Hierarchical Reasoning Model beside a plain CNN, on small images',
      maintainer: 'HRM Lab',
    },
    mac: { target: ['dmg'], category: 'public.app-category.education' },
    win: { target: ['nsis'] },
    nsis: { oneClick: false, allowToChangeInstallationDirectory: true },
    publish: null,
  }
}
