import{collectResult,withJsonResult}from"./chunk-2FN42N2M.mjs";import"./chunk-BBV4ZBJH.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{collectResult,withJsonResult};
