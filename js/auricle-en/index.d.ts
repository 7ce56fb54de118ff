/** Where the model is: for `load` of auricle. */
declare const url: URL;
export default url;
