import{pushBlob}from"./chunk-534SVFA5.mjs";import"./chunk-WYRDKPL5.mjs";import"./chunk-EUSNI5MJ.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{pushBlob};
