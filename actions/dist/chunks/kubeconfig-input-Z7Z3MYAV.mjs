import{readKubeconfigInput}from"./chunk-SD2L3HGY.mjs";import"./chunk-RD3KVQLF.mjs";export{readKubeconfigInput};
