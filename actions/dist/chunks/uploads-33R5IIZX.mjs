import{pushBlob}from"./chunk-BID3EZOQ.mjs";import"./chunk-YTZD23ST.mjs";import"./chunk-AKBNYMN7.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{pushBlob};
