import{lookAgain}from"./chunk-SNWHXVQG.mjs";import"./chunk-FNW6A4VY.mjs";import"./chunk-EUSNI5MJ.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{lookAgain};
