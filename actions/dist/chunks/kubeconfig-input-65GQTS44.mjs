import{readKubeconfigInput}from"./chunk-TH3QP4G5.mjs";import"./chunk-647UISNK.mjs";import"./chunk-OICBS7JA.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{readKubeconfigInput};
