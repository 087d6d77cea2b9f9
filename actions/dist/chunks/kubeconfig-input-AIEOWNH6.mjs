import{readKubeconfigInput}from"./chunk-S6GUZSNJ.mjs";import"./chunk-B6SYBG7F.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{readKubeconfigInput};
