import { defineConfig } from "vite";

export default defineConfig({
  worker: { format: "es" },
  // Its worker and its WebAssembly lie beside its modules, where the development server must leave them.
  optimizeDeps: { exclude: ["auricle", "auricle-en"] },
});
