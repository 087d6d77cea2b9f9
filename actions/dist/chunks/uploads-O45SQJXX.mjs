import{pushBlob}from"./chunk-PE5NQOY3.mjs";import"./chunk-RBNDWL53.mjs";import"./chunk-VOVSBUEJ.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{pushBlob};
