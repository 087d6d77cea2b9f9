import{readKubeconfigInput}from"./chunk-YSY6EHPB.mjs";import"./chunk-647UISNK.mjs";import"./chunk-AKBNYMN7.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{readKubeconfigInput};
