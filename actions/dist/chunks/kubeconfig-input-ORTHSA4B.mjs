import{readKubeconfigInput}from"./chunk-Y5LCMQBE.mjs";import"./chunk-YWBOZO2G.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{readKubeconfigInput};
