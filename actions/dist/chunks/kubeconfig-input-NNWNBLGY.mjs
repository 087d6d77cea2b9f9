import{readKubeconfigInput}from"./chunk-S4NBDVTP.mjs";import"./chunk-647UISNK.mjs";import"./chunk-EUSNI5MJ.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{readKubeconfigInput};
