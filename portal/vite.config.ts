/**
 * How the portal is built: no inline script or style element (the Content-Security-Policy allows neither scripts
 * nor data: scripts), no source maps, each area a chunk of its own. In development /api is the archive on 8480.
 */
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    manifest: 'manifest.json',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  // The guide's pages are docs/.
  server: {
    fs: { allow: ['..'] },
    port: 5173,
    strictPort: false,
    proxy: { '/api': 'http://127.0.0.1:8480' },
  },
})
