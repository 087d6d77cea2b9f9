import{pushBlob}from"./chunk-LGGTKUTX.mjs";import"./chunk-NFQSVB23.mjs";import"./chunk-OICBS7JA.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{pushBlob};
