// An npm registry on this machine, as npm's will be once the packages are published: it has them, and what is
// installed in js/node_modules, which they depend on; of that npm keeps the tarballs, or is sent to its own registry.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { ROOT } from "./data.mjs";

const read = (...path) => JSON.parse(readFileSync(join(ROOT, "js", ...path), "utf8"));

// What npm asks first: the versions of a package, here one, and where its tarball is.
const describe = (manifest, dist) => ({
  name: manifest.name,
  "dist-tags": { latest: manifest.version },
  versions: { [manifest.version]: { ...manifest, dist } },
});

/**
 * Serves `auricle` and `auricle-en`.
 *
 * @param archives The folder with the tarballs that npm has packed of them.
 * @param upstream The registry that npm takes otherwise, without a "/" at its end.
 */
export async function serveRegistry(archives, upstream) {
  const packages = new Map();
  const tarballs = new Map(readdirSync(archives).map((name) => [`/${name}`, readFileSync(join(archives, name))]));
  const server = createServer(({ url }, answer) => {
    const name = decodeURIComponent(url.slice(1));
    if (tarballs.has(url)) return answer.end(tarballs.get(url));
    if (!packages.has(name)) return answer.writeHead(302, { location: upstream + url }).end();
    answer.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(packages.get(name)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  for (const manifest of [read("package.json"), read("auricle-en", "package.json")]) {
    const path = `/${manifest.name}-${manifest.version}.tgz`;
    const integrity = `sha512-${createHash("sha512").update(tarballs.get(path)).digest("base64")}`;
    packages.set(manifest.name, describe(manifest, { tarball: url + path, integrity }));
  }
  for (const [path, { integrity, ...installed }] of Object.entries(read("node_modules", ".package-lock.json").packages)) {
    const name = path.split("node_modules/").at(-1);
    const tarball = `${upstream}/${name}/-/${name.split("/").at(-1)}-${installed.version}.tgz`;
    packages.set(name, describe({ name, ...installed }, { tarball, integrity }));
  }
  return { url, close: () => server.close() };
}
