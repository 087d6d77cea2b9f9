import{collectResult,withJsonResult}from"./chunk-FMCPG5YU.mjs";import"./chunk-RFKTUHIL.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{collectResult,withJsonResult};
