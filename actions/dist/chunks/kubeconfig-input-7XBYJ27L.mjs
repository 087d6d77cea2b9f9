import{readKubeconfigInput}from"./chunk-R2HJC2IJ.mjs";import"./chunk-4WUHPGXS.mjs";import"./chunk-MG5KE2BC.mjs";import"./chunk-3XL5LWQC.mjs";export{readKubeconfigInput};
