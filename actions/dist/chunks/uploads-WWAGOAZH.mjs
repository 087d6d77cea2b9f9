import{pushBlob}from"./chunk-L5ZABUWZ.mjs";import"./chunk-7TZXTST3.mjs";import"./chunk-BBV4ZBJH.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{pushBlob};
