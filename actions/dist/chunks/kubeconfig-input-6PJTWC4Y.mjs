import{readKubeconfigInput}from"./chunk-ROYLTXWC.mjs";import"./chunk-RFKTUHIL.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{readKubeconfigInput};
