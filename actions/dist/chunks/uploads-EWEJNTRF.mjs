import{pushBlob}from"./chunk-6R2MO36X.mjs";import"./chunk-X7JIE2TY.mjs";import"./chunk-UP4OK3OG.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{pushBlob};
