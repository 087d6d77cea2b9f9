import{readKubeconfigInput}from"./chunk-L6QUXB4A.mjs";import"./chunk-RYGUPKLD.mjs";export{readKubeconfigInput};
