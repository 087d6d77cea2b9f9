import{pushBlob}from"./chunk-ZVB7HTWM.mjs";import"./chunk-3XZXYL5O.mjs";import"./chunk-RFKTUHIL.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{pushBlob};
