import{collectResult,withJsonResult}from"./chunk-W7SUYK3K.mjs";import"./chunk-YWBOZO2G.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{collectResult,withJsonResult};
