import{pushBlob}from"./chunk-5LXH4AAO.mjs";import"./chunk-VCBUPQ3F.mjs";import"./chunk-B6SYBG7F.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{pushBlob};
