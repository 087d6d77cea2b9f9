import{collectResult,withJsonResult}from"./chunk-SVSN2NXS.mjs";import"./chunk-VOVSBUEJ.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{collectResult,withJsonResult};
