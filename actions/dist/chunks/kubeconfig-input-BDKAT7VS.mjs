import{readKubeconfigInput}from"./chunk-XQGSUWSB.mjs";import"./chunk-KV553P4B.mjs";export{readKubeconfigInput};
