import{readKubeconfigInput}from"./chunk-VABA2PPS.mjs";import"./chunk-5SPJH4MC.mjs";export{readKubeconfigInput};
