import{readKubeconfigInput}from"./chunk-NEUCZG2L.mjs";import"./chunk-4WUHPGXS.mjs";import"./chunk-FTIEBNYS.mjs";import"./chunk-3XL5LWQC.mjs";export{readKubeconfigInput};
