import{pushBlob}from"./chunk-YLRYVVTD.mjs";import"./chunk-45KUM4K7.mjs";import"./chunk-YWBOZO2G.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{pushBlob};
