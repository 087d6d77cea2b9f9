import{collectResult,withJsonResult}from"./chunk-IX4HJ5O7.mjs";import"./chunk-QJB3RI4O.mjs";export{collectResult,withJsonResult};
