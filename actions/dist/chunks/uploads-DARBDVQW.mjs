import{pushBlob}from"./chunk-4JZHIGFV.mjs";import"./chunk-Z2WMVTVQ.mjs";import"./chunk-3GKNRLJZ.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{pushBlob};
