import{readKubeconfigInput}from"./chunk-BOTD4HEC.mjs";import"./chunk-HTEQU5YA.mjs";export{readKubeconfigInput};
