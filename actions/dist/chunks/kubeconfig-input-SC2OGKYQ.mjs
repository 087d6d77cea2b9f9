import{readKubeconfigInput}from"./chunk-U22NZT6F.mjs";import"./chunk-26JQDSEY.mjs";export{readKubeconfigInput};
