import{readKubeconfigInput}from"./chunk-YTYV6VLA.mjs";import"./chunk-UP4OK3OG.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{readKubeconfigInput};
