import{readKubeconfigInput}from"./chunk-24AW5ZZS.mjs";import"./chunk-DU4L43BR.mjs";export{readKubeconfigInput};
