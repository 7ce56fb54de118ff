/** Where the model is: for `load` of auricle. */
export default new URL("./en.auricle", import.meta.url);
