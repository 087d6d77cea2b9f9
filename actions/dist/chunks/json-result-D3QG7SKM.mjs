import{collectResult,withJsonResult}from"./chunk-6OK6QCPH.mjs";import"./chunk-B6SYBG7F.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{collectResult,withJsonResult};
